-- Sends one update after another, in which NAME becomes a name that none before had.
-- wrk -t1 -s write.lua ADDRESS -- PATH UPDATE TOKEN
local count = 0
function init(args)
  path, update, token = args[1], args[2], args[3]
  run = string.format("%d", os.time())
end
function request()
  count = count + 1
  local headers = { Authorization = "Bearer " .. token, ["Content-Type"] = "application/sparql-update" }
  local text = update:gsub("NAME", run .. "-" .. count)
  return wrk.format("POST", path, headers, text)
end
