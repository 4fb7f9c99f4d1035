"""Pages become a reply: furniture off, paragraphs, pieces, frame, questions, voices, passages.

`parse` is the entry for replies, `interpellation` for a new interpellation without answers; both
are pure. Each module has one reason to change, and reads only those named before it here:
footnotes, furniture, paragraphs, sentences, asking, labels, pieces, frame, voices, questions,
closing, passages, fields, items, refusal, parse.
"""
