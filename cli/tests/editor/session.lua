-- One sitting in Neovim, with its own language client: opens files, types, asks, and writes down what
-- it saw as JSON. What is right is for the test to judge.
--
-- Environment: RZP (the command), PROJECT (its folder), SEEN (the file to write).

local seen = {}
local project = vim.env.PROJECT

local function wait(what, condition)
  local ok = vim.wait(20000, condition, 10)
  if not ok then table.insert(seen, { step = "timeout", what = what }) end
end

local function start()
  local config = { name = "rzp", cmd = { vim.env.RZP, "lsp" }, root_dir = project }
  -- Up to 0.7 there is only `start_client`.
  if vim.lsp.start then return vim.lsp.start(config) end
  return vim.lsp.start_client(config)
end

local client

local function open(path)
  vim.cmd("edit " .. project .. "/" .. path)
  vim.bo.filetype = "rzp"
  client = client or start()
  vim.lsp.buf_attach_client(0, client)
  return vim.api.nvim_get_current_buf()
end

local function diagnostics(buffer)
  local found = {}
  for _, one in ipairs(vim.diagnostic.get(buffer)) do
    table.insert(found, {
      line = one.lnum, from = one.col, to = one.end_col, message = one.message,
      code = one.code or (one.user_data and one.user_data.lsp and one.user_data.lsp.code),
    })
  end
  return found
end

local function lines(buffer, text)
  vim.api.nvim_buf_set_lines(buffer, 0, -1, false, vim.split(text, "\n"))
end

-- Asks at the first place of a text, so many characters into it.
local function ask(buffer, method, mark, into, more)
  for number, line in ipairs(vim.api.nvim_buf_get_lines(buffer, 0, -1, false)) do
    local at = string.find(line, mark, 1, true)
    if at then
      vim.api.nvim_win_set_cursor(0, { number, at - 1 + into })
      local params = vim.lsp.util.make_position_params(0, "utf-16")
      -- The cursor of normal mode cannot stand behind a line.
      local _, utf16 = vim.str_utfindex(line, at - 1 + into)
      params.position.character = utf16
      for key, value in pairs(more or {}) do params[key] = value end
      local answers = vim.lsp.buf_request_sync(buffer, method, params, 20000)
      for _, answer in pairs(answers or {}) do return answer end
      return { missing = true }
    end
  end
  error("no text " .. mark)
end

local function note(step, what)
  table.insert(seen, { step = step, what = what })
end

local function sitting()
  local web = open("web.rzp")
  wait("first mistakes", function() return #diagnostics(web) > 0 end)
  note("opened", diagnostics(web))

  lines(web, vim.env.MENDED)
  wait("no mistakes", function() return #diagnostics(web) == 0 end)
  note("mended", diagnostics(web))

  -- Letter by letter, as typed.
  vim.api.nvim_win_set_cursor(0, { vim.api.nvim_buf_line_count(web), 0 })
  vim.api.nvim_feedkeys(vim.api.nvim_replace_termcodes("Oextra = nope<Esc>", true, false, true), "x", false)
  wait("a mistake while typing", function() return #diagnostics(web) > 0 end)
  note("typed", diagnostics(web))

  lines(web, vim.env.MENDED)
  note("hover", ask(web, "textDocument/hover", "port =", 1))
  note("library hover", ask(web, "textDocument/hover", "std.string.upper", 12))
  note("definition", ask(web, "textDocument/definition", "App with", 1))
  note("field definition", ask(web, "textDocument/definition", "port =", 1))
  note("library definition", ask(web, "textDocument/definition", "Name, ", 1))

  local function half(line)
    lines(web, (string.gsub(vim.env.BROKEN, "HALF", line)))
  end
  half("name = settings.")
  note("completion after a dot", ask(web, "textDocument/completion", "settings.", 9))
  half("po")
  note("completion of a field", ask(web, "textDocument/completion", "  po", 4))
  half("kind = ")
  note("completion of a literal", ask(web, "textDocument/completion", "kind = ", 7))
  half('kind = "Sta')
  note("completion in a string", ask(web, "textDocument/completion", '"Sta', 4))

  lines(web, vim.env.UNTIDY)
  local params = { textDocument = vim.lsp.util.make_text_document_params(), options = { tabSize = 2, insertSpaces = true } }
  local answers = vim.lsp.buf_request_sync(web, "textDocument/formatting", params, 20000)
  for _, answer in pairs(answers) do vim.lsp.util.apply_text_edits(answer.result, web, "utf-16") end
  note("formatted", table.concat(vim.api.nvim_buf_get_lines(web, 0, -1, false), "\n"))

  lines(web, vim.env.MISSPELT)
  wait("the misspelt field", function()
    local found = diagnostics(web)
    return #found > 0 and string.find(found[1].message, "prot", 1, true)
  end)
  note("misspelt", diagnostics(web))
  local actions = ask(web, "textDocument/codeAction", "prot", 1, {
    range = { start = { line = 3, character = 0 }, ["end"] = { line = 3, character = 40 } },
    context = { diagnostics = {} },
  })
  for _, action in ipairs(actions.result or {}) do vim.lsp.util.apply_workspace_edit(action.edit, "utf-16") end
  note("acted", table.concat(vim.api.nvim_buf_get_lines(web, 0, -1, false), "\n"))

  -- A change in a file that another one imports, neither of them saved.
  lines(web, vim.env.MENDED)
  wait("no mistakes again", function() return #diagnostics(web) == 0 end)
  local schema = open("schema.rzp")
  wait("the schema is in order", function() return #diagnostics(schema) == 0 end)
  lines(schema, string.gsub(table.concat(vim.api.nvim_buf_get_lines(schema, 0, -1, false), "\n"), "port :", "gate :"))
  wait("a mistake in the importing file", function() return #diagnostics(web) > 0 end)
  note("schema changed", diagnostics(web))

  note("unknown request", ask(schema, "textDocument/nonsense", "gate", 0))
end

local ok, fault = pcall(sitting)
if not ok then note("fault", tostring(fault)) end
local file = io.open(vim.env.SEEN, "w")
file:write(vim.json and vim.json.encode(seen) or vim.fn.json_encode(seen))
file:close()
vim.cmd("qall!")
