"""Groups of measurements for `bench.py`: a module each, with `measure(scene)`."""
