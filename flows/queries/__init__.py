"""Every read for pages, API and commands; each with a bounded number of queries."""
