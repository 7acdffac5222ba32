"""Questions in, cited answers out. Imports ``index`` and ``ingest``."""
