"""What people and webhooks received: one JSON and one readable text file per message, and a page that lists them."""
