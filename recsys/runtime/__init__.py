"""General helpers that know nothing of recommendations: files, threads, compiled code, progress, memory."""
