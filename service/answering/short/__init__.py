"""What in the likeliest sentences is the short answer: found, narrowed to what is asked for, rendered."""
