"""Write the page of the back-tests into a checkout: ``python -m kanmon.backtest``."""

import sys
from pathlib import Path

from kanmon.backtest.page import write_page
from kanmon.errors import KanmonError

if __name__ == "__main__":
    try:
        print(write_page(Path.cwd()))
    except KanmonError as error:
        print(error, file=sys.stderr)
        sys.exit(error.exit_code)
