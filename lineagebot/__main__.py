"""`python -m lineagebot`: the command line."""

from lineagebot.cli import main

if __name__ == "__main__":
    main()
