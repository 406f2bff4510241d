"""Finding devices and their driver, and sharing them between processes."""

from __future__ import annotations

import asyncio
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from sandbox.docker.engine import Engine
from sandbox.docker.gpu import GpuOptions, gpu_options
from sandbox.errors import SandboxUnavailable
from sandbox.gpu import Gpus, NoFreeShare, check_gpus, find_gpus, hold_share
from sandbox.gpu.device import DriverFile, Gpu
from sandbox.gpu.driver import _in_folders, _listed
from sandbox.gpu.errors import GpuLost, GpuUnavailable
from sandbox.gpu.nvml import Nvml
from sandbox.gpu.variables import gpu_variables
from sandbox.places import machine_folder
from tests.sandbox.gpus import MIB, Library, a_share

HAS_DRIVER = Path("/dev/nvidiactl").exists()
LISTING = """\
5 libs found in cache `/etc/ld.so.cache'
	libnvidia-ml.so.1 (libc6,x86-64) => /lib/x86_64-linux-gnu/libnvidia-ml.so.1
	libnvidia-ml.so.1 (libc6) => /lib/i386-linux-gnu/libnvidia-ml.so.1
	libnvidia-encode.so.1 (libc6,x86-64) => /lib/x86_64-linux-gnu/libnvidia-encode.so.1
	libcuda.so.1 (libc6,x86-64) => /opt/newer/libcuda.so.1
	libcuda.so.1 (libc6,x86-64) => /lib/x86_64-linux-gnu/libcuda.so.1
	libcudart.so.13 (libc6,x86-64) => /usr/local/cuda/lib64/libcudart.so.13
"""


@pytest.fixture
def dev(tmp_path: Path) -> Path:
    """A folder with the device files of the library's devices."""
    folder = tmp_path / "dev"
    (folder / "nvidia-caps").mkdir(parents=True)
    for name in ("nvidiactl", "nvidia-uvm", "nvidia4", "nvidia5", "nvidia-modeset"):
        (folder / name).touch()
    return folder


def names(dev: Path, gpu: Gpu) -> list[str]:
    return [str(node.relative_to(dev)) for node in gpu.nodes]


def test_a_device_is_found_by_index_or_uuid(dev: Path) -> None:
    nvml = Nvml(Library(), dev=dev)
    gpu = nvml.gpu("1")
    assert gpu == nvml.gpu("GPU-1")
    assert (gpu.uuid, gpu.name, gpu.index, gpu.minor) == ("GPU-1", "Test GPU-1", 1, 5)
    assert gpu.memory == 8192 * MIB


def test_a_device_comes_with_its_own_node_and_what_all_need(dev: Path) -> None:
    nvml = Nvml(Library(), dev=dev)
    assert names(dev, nvml.gpu("0")) == ["nvidia4", "nvidiactl", "nvidia-uvm"]
    (dev / "nvidia-uvm-tools").touch()
    assert names(dev, nvml.gpu("1"))[0] == "nvidia5"
    assert names(dev, nvml.gpu("1"))[-1] == "nvidia-uvm-tools"


def test_an_instance_comes_with_the_rights_to_itself_alone(dev: Path, tmp_path: Path) -> None:
    minors = tmp_path / "mig-minors"
    minors.write_text("config 1\ngpu1/gi3/access 12\ngpu1/gi3/ci0/access 13\ngpu1/gi4/access 21\n")
    for number in (12, 13, 21):
        (dev / "nvidia-caps" / f"nvidia-cap{number}").touch()
    gpu = Nvml(Library(), dev=dev, minors=minors).gpu("MIG-1")
    assert gpu.uuid == "MIG-1"
    assert names(dev, gpu) == [
        *("nvidia5", "nvidia-caps/nvidia-cap12", "nvidia-caps/nvidia-cap13"),
        *("nvidiactl", "nvidia-uvm"),
    ]


@pytest.mark.parametrize("name", ["2", "GPU-7"])
def test_a_device_that_is_not_there_is_refused_by_name(dev: Path, name: str) -> None:
    with pytest.raises(GpuUnavailable, match=f"no GPU '{name}'"):
        Nvml(Library(), dev=dev).gpu(name)


def test_a_missing_device_file_is_named(dev: Path) -> None:
    (dev / "nvidia-uvm").unlink()
    with pytest.raises(GpuUnavailable, match="nvidia-uvm is missing"):
        Nvml(Library(), dev=dev).gpu("0")


def test_memory_is_told_by_process(dev: Path) -> None:
    library = Library(used={10: 5 * MIB, 11: None})
    nvml = Nvml(library, dev=dev)
    assert nvml.processes("GPU-0") == {10: 5 * MIB, 11: 0}
    library.is_lost = True
    with pytest.raises(GpuLost, match="GPU is lost"):
        nvml.processes("GPU-0")


def test_the_drivers_libraries_are_those_that_the_loader_takes() -> None:
    assert dict(_listed(LISTING)) == {
        "libnvidia-ml.so.1": Path("/lib/x86_64-linux-gnu/libnvidia-ml.so.1"),
        "libcuda.so.1": Path("/opt/newer/libcuda.so.1"),
    }


def test_a_driver_in_a_folder_of_its_own_is_found(tmp_path: Path) -> None:
    for name in ("libcuda.so.1", "libcuda.so.580.159.04", "libGLX_nvidia.so.0"):
        (tmp_path / name).touch()
    found = dict(_in_folders([tmp_path / "absent", tmp_path]))
    assert found == {"libcuda.so.1": tmp_path / "libcuda.so.1"}


@pytest.mark.skipif(HAS_DRIVER, reason="This machine has NVIDIA's driver.")
def test_without_a_driver_the_reason_and_the_remedy_are_told() -> None:
    for look in (lambda: find_gpus(["0"], slots=1), lambda: check_gpus(["0"])):
        with pytest.raises(SandboxUnavailable, match="no NVIDIA driver") as refused:
            look()
        assert "nvidia-smi" in refused.value.remedy


def gpus(*uuids: str, slots: int) -> Gpus:
    devices = tuple(
        Gpu(uuid=uuid, name="", index=0, minor=0, memory=8192 * MIB, nodes=(), driver=())
        for uuid in uuids
    )
    return Gpus(devices=devices, slots=slots, memory=None, processes=lambda _uuid: {})


def test_shares_fill_devices_evenly_and_then_no_more_are_given() -> None:
    two = gpus("even-a", "even-b", slots=2)
    with ExitStack() as held:
        shares = [held.enter_context(hold_share(two)) for _ in range(4)]
        assert [share.gpu.uuid for share in shares] == ["even-a", "even-b"] * 2
        assert {share.memory for share in shares} == {4096 * MIB}
        with pytest.raises(NoFreeShare, match="All 4"), hold_share(two):
            pass
    with hold_share(two) as again:
        assert again.gpu.uuid == "even-a"


HOLD = """
import fcntl, os, sys
lock = os.open(sys.argv[1], os.O_CREAT | os.O_RDWR)
fcntl.flock(lock, fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.read()
"""


async def test_the_share_of_a_worker_that_is_killed_is_free_again() -> None:
    one = gpus("killed", slots=1)
    with hold_share(one):
        pass
    lock = machine_folder() / "gpus" / "killed-0"
    worker = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-c", HOLD, str(lock)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert worker.stdout is not None
    assert await worker.stdout.readline() == b"held\n"
    with pytest.raises(NoFreeShare), hold_share(one):
        pass
    worker.kill()
    await worker.wait()
    with hold_share(one) as share:
        assert share.gpu.uuid == "killed"


def test_torch_is_told_to_keep_below_the_share() -> None:
    variables = gpu_variables(a_share(memory=4096 * MIB), brings_driver=True)
    assert variables == {
        "CUDA_VISIBLE_DEVICES": "GPU-0",
        "CUDA_CACHE_DISABLE": "1",
        "PYTORCH_ALLOC_CONF": f"per_process_memory_fraction:{(4096 - 768) / 8192:.6f}",
        "LD_LIBRARY_PATH": "/opt/nvidia/lib",
    }
    assert "LD_LIBRARY_PATH" not in gpu_variables(a_share(), brings_driver=False)


def engine(
    *, runtimes: frozenset[str] = frozenset(), devices: frozenset[str] = frozenset()
) -> Engine:
    """Return an engine that is only asked what it has."""
    return Engine(api=None, path="", cpus=1, maps_users=False, runtimes=runtimes, devices=devices)


def test_an_engine_with_nvidias_toolkit_is_asked_for_the_one_device() -> None:
    options = gpu_options(a_share(), engine(runtimes=frozenset({"runc", "nvidia"})))
    (request,) = options.host["DeviceRequests"]
    assert (request["DeviceIDs"], request["Count"]) == (["GPU-0"], 0)
    assert request["Capabilities"] == [["gpu", "compute", "utility"]]
    assert options.mounts == ()
    assert "LD_LIBRARY_PATH" not in options.variables


@pytest.mark.parametrize("name", ["nvidia.com/gpu=GPU-0", "nvidia.com/gpu=0"])
def test_an_engine_that_lists_the_device_is_asked_for_it_by_that_name(name: str) -> None:
    known = frozenset({name, "nvidia.com/gpu=all", "nvidia.com/gpu=1"})
    options = gpu_options(a_share(), engine(runtimes=frozenset({"nvidia"}), devices=known))
    (request,) = options.host["DeviceRequests"]
    assert (request["Driver"], request["DeviceIDs"]) == ("cdi", [name])


def test_any_other_engine_is_given_the_devices_nodes() -> None:
    driver = (DriverFile(source=Path("/lib/libcuda.so.580"), name=Path("lib/libcuda.so.1")),)
    share = a_share(nodes=(Path("/dev/nvidia0"), Path("/dev/nvidiactl")), driver=driver)
    options = gpu_options(share, engine(runtimes=frozenset({"runc"})))
    assert [node["PathOnHost"] for node in options.host["Devices"]] == [
        "/dev/nvidia0",
        "/dev/nvidiactl",
    ]
    assert {node["CgroupPermissions"] for node in options.host["Devices"]} == {"rw"}
    (mount,) = options.mounts
    assert (mount["Source"], mount["Target"], mount["ReadOnly"]) == (
        "/lib/libcuda.so.580",
        "/opt/nvidia/lib/libcuda.so.1",
        True,
    )
    assert options.variables["LD_LIBRARY_PATH"] == "/opt/nvidia/lib"


def test_a_room_without_a_gpu_adds_nothing_to_its_container() -> None:
    assert gpu_options(None, engine(runtimes=frozenset({"nvidia"}))) == GpuOptions()
