-- Asks the same again and again: wrk -s repeated.lua ADDRESS -- PATH QUERY ACCEPT
local request_text
function init(args)
  local text = args[2]:gsub("{n}", "77"):gsub("[^%w]", function(c) return string.format("%%%02X", string.byte(c)) end)
  request_text = wrk.format("GET", args[1] .. "?query=" .. text, { Accept = args[3] })
end
function request()
  return request_text
end
