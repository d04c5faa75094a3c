"""A small Linux with a real BlueZ, in a virtual machine: made once, then run for each program."""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from dataclasses import dataclass
from pathlib import Path

CACHE = "SENSORAPP_BLUEZ_CACHE"
"""Environment variable: the folder that keeps the guest between runs."""

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
PARTS = ("sensorapp", "firmware_protocol", "tests/bluez", "tests/long", "tests/radio")

BOOT_LIMIT_S = 120
BUSY_LIMIT_S = 3000
"""Beside it, for an emulated guest, whose clock stands still while the machine does other work."""

_COUNTED = ("-icount", "shift=2,sleep=on", "-rtc", "clock=vm")
"""A clock that counts instructions, each as 4 ns: the guest is as quick on a busy machine as on an
idle one, so that its links don't break and its samples are not late because others work."""
MEMORY_MB = 1024

_RUN_TOOLS = {"qemu-system-x86_64": "qemu-system-x86"}
_BUILD_TOOLS = {
    "apt-get": "apt",
    "mmdebstrap": "mmdebstrap",
    "mksquashfs": "squashfs-tools",
    "busybox": "busybox-static",
    "cpio": "cpio",
    "zstd": "zstd",
    "depmod": "kmod",
}
"""Commands and the Debian packages that hold them."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a program in the guest left: `status` is its exit status, None if it gave none."""

    status: int | None
    stdout: str
    stderr: str
    versions: tuple[str, ...]


def guest_folder() -> Path:
    """Where this guest is kept: as the environment says, else in the temp folder.

    Its name follows from the scripts that make it, so a change of them makes a new one.
    """
    named = os.environ.get(CACHE)
    temporary = Path(tempfile.gettempdir()) / f"sensorapp-bluez-{os.getuid()}"
    scripts = b"".join(script.read_bytes() for script in sorted(HERE.glob("*.sh")))
    return Path(named or temporary) / hashlib.sha256(scripts).hexdigest()[:12]


def is_built(folder: Path) -> bool:
    """Whether the guest is there; the initrd is the last part to be made."""
    return all((folder / part).is_file() for part in ("vmlinuz", "root.squashfs", "initrd"))


def why_not() -> str | None:
    """Why no guest can be run here, in one sentence; None if one can."""
    if sys.platform != "linux" or platform.machine() != "x86_64":
        return "The guest needs Linux on x86-64."
    if sys.version_info[:2] != (3, 11) or platform.python_implementation() != "CPython":
        return "The guest has Python 3.11; the packages of another Python don't fit it."
    missing = _missing(_RUN_TOOLS)
    if not is_built(guest_folder()):
        missing += _missing(_BUILD_TOOLS)
        if not missing and os.getuid() != 0:
            return "Making the guest needs root."
    if missing:
        return f"The guest needs these Debian packages: {', '.join(missing)}."
    return None


def _missing(tools: dict[str, str]) -> list[str]:
    return [package for tool, package in tools.items() if shutil.which(tool) is None]


def built_guest() -> Path:
    """The folder of the guest, made first if it must be: about a minute, about 60 MB.

    Raises `CalledProcessError` if it can't be made.
    """
    folder = guest_folder()
    if not is_built(folder):
        folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        subprocess.run(["bash", str(HERE / "build_guest.sh"), str(folder)], check=True)
    return folder


def run_in_guest(arguments: list[str], limit_s: int, out: Path) -> Outcome:
    """Boot, run `python3.11 ARGUMENTS` with this program's code and packages, power off.

    The guest sees a copy of the code, so that editing meanwhile changes nothing. What it
    leaves (logs of bluetoothd, kernel and console too) is in `out`.
    """
    guest = built_guest()
    out.mkdir(parents=True, exist_ok=True)
    for old in out.iterdir():
        old.unlink()
    command = [str(limit_s), "python3.11", *arguments]
    (out / "command").write_bytes(b"".join(word.encode() + b"\0" for word in command))
    with tempfile.TemporaryDirectory() as source:
        for part in PARTS:
            shutil.copytree(
                ROOT / part, Path(source) / part, ignore=shutil.ignore_patterns("__pycache__")
            )
        subprocess.run(
            _machine(guest, Path(source), out),
            stdin=subprocess.DEVNULL,
            timeout=limit_s + BOOT_LIMIT_S + BUSY_LIMIT_S,
            check=False,
        )
    status = _text(out / "status")
    return Outcome(
        status=int(status) if status else None,
        stdout=_text(out / "stdout"),
        stderr=_text(out / "stderr") or _text(out / "console"),
        versions=tuple(_text(out / "versions").splitlines()),
    )


def _machine(guest: Path, source: Path, out: Path) -> list[str]:
    shares = {
        "source": (source, ",readonly=on"),
        "packages": (Path(sysconfig.get_path("purelib")), ",readonly=on"),
        "out": (out, ""),
    }
    command = [
        "qemu-system-x86_64",
        *("-machine", "q35", "-smp", "2", "-m", str(MEMORY_MB)),
        *_processor(),
        *("-nodefaults", "-no-user-config", "-no-reboot", "-display", "none"),
        *("-serial", f"file:{out / 'console'}"),
        *("-kernel", str(guest / "vmlinuz"), "-initrd", str(guest / "initrd")),
        *("-append", "console=ttyS0 quiet panic=-1 mitigations=off random.trust_cpu=on"),
        *("-drive", f"file={guest / 'root.squashfs'},if=virtio,format=raw,readonly=on"),
        *("-device", "virtio-rng-pci"),
    ]
    for tag, (folder, more) in shares.items():
        share = f"local,path={folder},mount_tag={tag},security_model=none,multidevs=remap{more}"
        command += ["-virtfs", share]
    return command


def _processor() -> list[str]:
    """The processor's own virtualisation where it is real, else emulation.

    Emulation takes one thread: with more, a clock that counts instructions is none.
    A guest that offers /dev/kvm itself by software (kvm_pvm) can't boot this kernel.
    """
    real = any(Path("/sys/module", name).is_dir() for name in ("kvm_intel", "kvm_amd"))
    if real and os.access("/dev/kvm", os.W_OK):
        return ["-accel", "kvm", "-cpu", "host,migratable=no"]
    return ["-accel", "tcg,thread=single,tb-size=512", "-cpu", "max", *_COUNTED]


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace").strip() if path.is_file() else ""
