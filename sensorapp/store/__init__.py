"""What is kept on disk: recordings, IMU files, series, and where they lie."""
