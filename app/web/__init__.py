"""What every page shares: language, security headers, forms, error pages, rate limits."""
