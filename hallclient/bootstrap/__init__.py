"""The one place that joins layers: settings in, a running role out. One module a role."""
