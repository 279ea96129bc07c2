"""The few lines of TAP that tests written as Python scripts need: the twin of tap.h."""
import atexit
import os

_count = _failed = 0


def ok(good, name, *details):
    global _count, _failed
    _count += 1
    print(f"{'ok' if good else 'not ok'} {_count} - {name}", flush=True)
    if not good:
        _failed += 1
        for detail in details:
            for line in str(detail).splitlines():
                print(f"# {line}", flush=True)
    return good


def _done():
    print(f"1..{_count}", flush=True)
    if _failed:
        os._exit(1)


atexit.register(_done)
