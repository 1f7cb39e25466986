"""What tests share: builders of filings, notebooks, files and projects, and the programs that look at pages."""
