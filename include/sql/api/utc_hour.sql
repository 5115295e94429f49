time_bucket('1 hour', minutes.minute)
