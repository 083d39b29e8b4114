"""`make audit`: known advisories about what is locked. Offline it says so, and does not pretend to have looked."""

import subprocess
import sys

from core.settings import ROOT

OFFLINE = ("ConnectionError", "Max retries", "Name or service not known", "ServiceError", "timed out", "ProxyError")


def main() -> int:
    command = [sys.executable, "-m", "pip_audit", "--disable-pip", "--require-hashes", "--progress-spinner", "off"]
    done = subprocess.run(
        [*command, "-r", str(ROOT / "requirements.lock")], capture_output=True, text=True, check=False
    )
    unknown = done.stdout.count("could not be audited")
    sys.stdout.write("\n".join(line for line in done.stdout.splitlines() if "could not be audited" not in line) + "\n")
    if unknown:
        sys.stdout.write(f"AUDIT INCOMPLETE: {unknown} libraries are not known to the advisory service of this place\n")
    if done.returncode and "Found" not in done.stderr and any(word in done.stderr for word in OFFLINE):
        sys.stdout.write("AUDIT SKIPPED: the advisory service cannot be reached from here\n")
        return 0
    sys.stderr.write(done.stderr)
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
