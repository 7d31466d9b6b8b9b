"""`python -m pointclub` is the command `pointclub`, for when its script is not on the path."""

from pointclub.jobs.cli import main

if __name__ == "__main__":
    main()
