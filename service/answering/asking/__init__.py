"""What a question asks for: a date, a number, a body in a role, a list, or nothing of the documents."""
