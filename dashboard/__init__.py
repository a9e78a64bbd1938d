"""The app that reps open: it reads published versions and never trains; see dashboard/README.md."""
