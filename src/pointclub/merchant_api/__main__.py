"""Start the merchants' interface, or with `describe` write what it offers."""

import sys

from pointclub.merchant_api import server

if __name__ == "__main__":
    if sys.argv[1:] == ["describe"]:
        server.describe()
    else:
        server.main()
