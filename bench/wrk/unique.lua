-- Asks one thing after another, each query with a comment of its own, so that no cache knows it.
-- wrk -s unique.lua ADDRESS -- PATH QUERY ACCEPT; {n} in the query becomes a number from 1 to 10000.
local count = 0
function init(args)
  path, query, accept = args[1], args[2], args[3]
  run = string.format("%d", os.time()) .. tostring(math.random(1000000))
end
local function escaped(text)
  return (text:gsub("[^%w]", function(c) return string.format("%%%02X", string.byte(c)) end))
end
function request()
  count = count + 1
  local text = query:gsub("{n}", tostring(count % 10000 + 1)) .. "\n#" .. run .. "." .. count
  return wrk.format("GET", path .. "?query=" .. escaped(text), { Accept = accept })
end
