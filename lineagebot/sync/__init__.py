"""One file per outside system against one small Protocol; runner and ingest bring what they say into the store."""
