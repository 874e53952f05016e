"""`python killed_receiver.py`: a receiver in a process of its own, to be killed without warning."""

import os
import sys
import time

from flows.receiver import receiving
from flows.wiring import open_wiring


def main() -> None:
    with open_wiring() as wiring, receiving(wiring, port=0, environ=os.environ) as address:
        sys.stdout.write(f"{address}\n")
        sys.stdout.flush()
        time.sleep(600)


if __name__ == "__main__":
    main()
