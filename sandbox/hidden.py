"""What a fresh /proc still tells of the machine, and no room shows."""

from __future__ import annotations

HIDDEN_FILES = (
    *("cmdline", "config.gz", "kcore", "keys", "key-users", "kmsg", "modules", "swaps"),
    *("timer_list", "timer_stats", "sched_debug", "latency_stats", "partitions", "diskstats"),
    *("locks", "interrupts", "sysrq-trigger"),
)
HIDDEN_FOLDERS = ("acpi", "asound", "bus", "driver", "fs", "irq", "scsi")
