"""Where an index lives: in a folder on this machine, or on a Milvus cluster that many machines share."""
