"""A document as OFD (GB/T 33190-2016): package, page content, fonts and tags."""
