# The paths are those of Windows: run it in Git Bash, or use the PowerShell form.
case $(uname -s) in
  MINGW* | MSYS* | CYGWIN*) ;;
  *) echo "These are paths of Windows. Run this in Git Bash, or use the PowerShell form." >&2; exit 1 ;;
esac
