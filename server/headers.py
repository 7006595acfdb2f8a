"""Headers that every answer carries, whoever writes it."""

_POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

ALWAYS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "*",
}
"""What a page may load, and that scripts of other origins may read every answer, errors included."""

PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, POST, PUT, DELETE, OPTIONS",
    "Access-Control-Allow-Headers": "Accept, Accept-Language, Authorization, Content-Type, If-Match, If-None-Match",
    "Access-Control-Max-Age": "86400",
}
"""What scripts of other origins may send (Fetch, CORS-preflight)."""

PRIVATE = "private, no-store"
"""The Cache-Control of what not everybody may have."""

FOREVER = "public, max-age=31536000, immutable"
"""The Cache-Control of what never changes (RFC 8246)."""
