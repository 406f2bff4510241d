"""The system calls that a room's program may make in a container, by what they are for.

Everything else is refused, whatever it does and however new it is. Those that need a look at
their arguments are not here but in the profile.
"""

from __future__ import annotations

ALLOWED: dict[str, str] = {
    "opening, reading and writing files": """
        open openat openat2 creat close close_range read write pread64 pwrite64 readv writev preadv
        pwritev preadv2 pwritev2 lseek _llseek sendfile sendfile64 splice tee vmsplice
        copy_file_range readahead fadvise64 fadvise64_64 fallocate ftruncate ftruncate64 truncate
        truncate64 sync fsync fdatasync sync_file_range syncfs dup dup2 dup3 fcntl fcntl64 flock
        pipe pipe2
    """,
    "names, folders, links and attributes": """
        access faccessat faccessat2 chdir fchdir getcwd chmod fchmod fchmodat chown
        fchown fchownat lchown umask link linkat symlink symlinkat unlink unlinkat rename renameat
        renameat2 readlink readlinkat mkdir mkdirat rmdir mknod mknodat getdents getdents64 stat
        stat64 fstat fstat64 lstat lstat64 fstatat64 newfstatat statx statfs statfs64 fstatfs
        fstatfs64 utime utimes utimensat futimesat getxattr lgetxattr fgetxattr setxattr lsetxattr
        fsetxattr listxattr llistxattr flistxattr removexattr lremovexattr fremovexattr
        inotify_init inotify_init1 inotify_add_watch inotify_rm_watch
    """,
    "memory": """
        brk mmap mmap2 munmap mremap mprotect madvise msync mincore mlock mlock2 mlockall munlock
        munlockall remap_file_pages memfd_create membarrier shmget shmat shmctl shmdt
    """,
    "processes and threads": """
        fork vfork execve execveat exit exit_group wait4 waitid getpid getppid gettid getpgid
        getpgrp setpgid getsid setsid set_tid_address set_robust_list get_robust_list futex rseq
        arch_prctl prctl seccomp capget capset set_thread_area get_thread_area pidfd_open
        pidfd_send_signal tkill tgkill kill
    """,
    "users, who stay who they are without the capability": """
        getuid geteuid getgid getegid getresuid getresgid getgroups setuid setgid setreuid setregid
        setresuid setresgid setgroups setfsuid setfsgid
    """,
    "scheduling and limits": """
        sched_yield sched_getparam sched_setparam sched_getscheduler sched_setscheduler
        sched_getattr sched_setattr sched_getaffinity sched_setaffinity sched_get_priority_max
        sched_get_priority_min sched_rr_get_interval getpriority setpriority ioprio_get ioprio_set
        getrlimit ugetrlimit setrlimit prlimit64 getrusage times getcpu sysinfo uname getrandom
        restart_syscall
    """,
    "signals": """
        rt_sigaction rt_sigprocmask rt_sigreturn rt_sigpending rt_sigqueueinfo rt_tgsigqueueinfo
        rt_sigsuspend rt_sigtimedwait sigaltstack sigreturn pause alarm signalfd signalfd4
    """,
    "time": """
        time gettimeofday clock_gettime clock_getres clock_nanosleep nanosleep getitimer setitimer
        timer_create timer_delete timer_getoverrun timer_gettime timer_settime timerfd_create
        timerfd_gettime timerfd_settime
    """,
    "waiting for many things": """
        select _newselect pselect6 poll ppoll epoll_create epoll_create1 epoll_ctl epoll_ctl_old
        epoll_wait epoll_wait_old epoll_pwait epoll_pwait2 eventfd eventfd2
    """,
    "sockets, once they are of an allowed family": """
        accept accept4 bind connect getpeername getsockname getsockopt setsockopt listen recvfrom
        recvmsg recvmmsg sendto sendmsg sendmmsg shutdown
    """,
    "semaphores and message queues, of the room's own namespace": """
        semget semop semctl semtimedop msgget msgsnd msgrcv msgctl mq_open mq_unlink mq_timedsend
        mq_timedreceive mq_notify mq_getsetattr
    """,
}


def allowed_calls() -> list[str]:
    """Return the names of all allowed system calls."""
    return [name for names in ALLOWED.values() for name in names.split()]
