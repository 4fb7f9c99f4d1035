"""What was said: documents, replies and the record; imports neither `index` nor `bot`."""
