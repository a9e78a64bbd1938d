"""What any program needs, whatever it is about: files, threads, compiled code, progress, memory."""
