"""What import finds in documents, against what a careful registrar would take from them."""
