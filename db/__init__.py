"""Tables, queries and stores."""
