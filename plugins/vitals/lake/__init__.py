"""What providers deliver -> S3 as delivered, before it becomes rows; and from there back."""
