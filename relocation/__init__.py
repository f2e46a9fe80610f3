"""Files that lie in the wrong place, and the plan that puts them where Wan2GP looks."""
