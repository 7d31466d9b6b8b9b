"""The pages, one module for each subject. A view asks or acts once and renders the answer."""
