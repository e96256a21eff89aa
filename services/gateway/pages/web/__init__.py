"""What every page uses: templates, assets, safe headers, errors, the way it is routed."""
