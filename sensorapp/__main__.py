"""`python -m sensorapp` is the same program as `sensorapp`."""

from sensorapp.cli.main import main

if __name__ == "__main__":
    main()
