"""Pages and HTTP interface: requests in, answers of the finder out as HTML and JSON."""
