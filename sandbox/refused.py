"""The system calls that no notebook needs, refused in every room by every kind of sandbox.

Namespaces, ids and file systems already keep a room apart. Refusing these takes away the parts of
the kernel that past escapes went through, should one of those walls have a hole.
"""

from __future__ import annotations

# Each group: why it is refused, and its system calls.
REFUSED: dict[str, tuple[str, ...]] = {
    "reading or steering another process": (
        "ptrace",
        "process_vm_readv",
        "process_vm_writev",
        "kcmp",
        "pidfd_getfd",
        "process_madvise",
    ),
    "entering or making namespaces, in which one is root again": ("unshare", "setns"),
    "changing what is mounted, by the old calls and the new": (
        "mount",
        "umount",
        "umount2",
        "pivot_root",
        "chroot",
        "fsopen",
        "fsconfig",
        "fsmount",
        "fspick",
        "open_tree",
        "open_tree_attr",
        "move_mount",
        "mount_setattr",
        "statmount",
        "listmount",
    ),
    "opening files by handle, past every path permission": (
        "name_to_handle_at",
        "open_by_handle_at",
    ),
    "kernel keyrings, which no namespace keeps apart": ("keyctl", "add_key", "request_key"),
    "running code in the kernel, or stopping it at a chosen point": (
        "bpf",
        "userfaultfd",
        "perf_event_open",
    ),
    "a second, unfiltered way to make system calls": (
        "io_uring_setup",
        "io_uring_enter",
        "io_uring_register",
    ),
    "replacing the kernel or its modules": (
        "kexec_load",
        "kexec_file_load",
        "init_module",
        "finit_module",
        "delete_module",
        "create_module",
        "reboot",
    ),
    "the machine's settings: swap, accounting, quotas, log, clock, names": (
        "swapon",
        "swapoff",
        "acct",
        "quotactl",
        "quotactl_fd",
        "syslog",
        "settimeofday",
        "clock_settime",
        "clock_adjtime",
        "adjtimex",
        "stime",
        "sethostname",
        "setdomainname",
        "fanotify_init",
        "lookup_dcookie",
        "nfsservctl",
        "_sysctl",
        "sysfs",
        "vhangup",
    ),
    "hardware ports and memory of other nodes": (
        "iopl",
        "ioperm",
        "modify_ldt",
        "move_pages",
        "migrate_pages",
    ),
    "emulations that switch protections off": ("personality", "uselib", "vm86", "vm86old"),
}

CLONE_NAMESPACES = (
    0x00020000,  # CLONE_NEWNS
    0x02000000,  # CLONE_NEWCGROUP
    0x04000000,  # CLONE_NEWUTS
    0x08000000,  # CLONE_NEWIPC
    0x10000000,  # CLONE_NEWUSER
    0x20000000,  # CLONE_NEWPID
    0x40000000,  # CLONE_NEWNET
)
# Calls newer than the libraries of current distributions; the same number on every machine.
NEWER_CALLS = {"statmount": 457, "listmount": 458, "open_tree_attr": 467}
AF_UNIX = 1
# Typing into the terminal that a room was started from.
TERMINAL_INJECTIONS = (0x5412, 0x541C)  # TIOCSTI, TIOCLINUX
LOW_32_BITS = 0xFFFFFFFF
