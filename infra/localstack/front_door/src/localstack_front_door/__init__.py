"""One local origin for an API and its static sites, as CloudFront makes one on AWS."""
