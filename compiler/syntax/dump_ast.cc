// The Ast as text. Entry: DumpAst(). Tested by tests/compiler/parse_test.cc.
#include <string>
#include <string_view>
#include <utility>

#include "compiler/diagnostics/visible_text.h"
#include "compiler/syntax/parse.h"

namespace corsac {
namespace {

class AstDumper {
 public:
  explicit AstDumper(const SourceSet& sources) : sources_(sources) {}

  std::string Dump(const Ast& ast) {
    for (const AstFile& file : ast.files) DumpFile(file);
    return std::move(out_);
  }

 private:
  static std::string Text(std::string_view text) {
    return "\"" + VisibleText(text) + "\"";
  }

  // "site.toml:4:11: route[1].path = " and what follows.
  void Line(Span span, const std::string& path, std::string_view value) {
    out_ += VisibleText(sources_.Describe(span)) + ": " + VisibleText(path);
    if (!value.empty()) out_ += " = ";
    out_ += value;
    out_ += '\n';
  }

  void Field(const std::string& path, const std::optional<AstString>& field) {
    if (field) Line(field->span, path, Text(field->value));
  }
  void Field(const std::string& path, const std::optional<AstBool>& field) {
    if (field) Line(field->span, path, field->value ? "true" : "false");
  }
  void Field(const std::string& path, const std::optional<AstInteger>& field) {
    if (field) Line(field->span, path, std::to_string(field->value));
  }
  void Field(const std::string& path, const std::optional<AstStrings>& field) {
    if (!field) return;
    if (!field->is_list) {
      Line(field->span, path, Text(field->items.front().value));
      return;
    }
    Line(field->span, path, "list of " + std::to_string(field->items.size()));
    for (std::size_t i = 0; i < field->items.size(); ++i) {
      Line(field->items[i].span, path + "[" + std::to_string(i + 1) + "]",
           Text(field->items[i].value));
    }
  }
  void Field(const std::string& path, const std::optional<AstOrigins>& field) {
    if (field) Origins(path, *field);
  }

  void Origins(const std::string& path, const AstOrigins& origins) {
    Line(origins.span, path, "list of " + std::to_string(origins.size()));
    const std::string_view text = sources_.files()[origins.span.file].text();
    std::size_t i = 0;
    const auto next_name = [&] {
      return path + "[" + std::to_string(++i) + "]";
    };
    ForEachOrigin(
        origins,
        [&](const AstOrigin& origin) {
          const std::string name = next_name();
          Line(origin.text.span, name + std::string(FormName(origin.form)),
               Text(origin.text.value));
          Field(name + ".schemes", origin.schemes);
          Field(name + ".ports", origin.ports);
          return true;
        },
        [&](const AstPlainOrigin& origin) {
          Line(origins.SpanOf(origin), next_name(),
               Text(text.substr(origin.begin, origin.end - origin.begin)));
          return true;
        });
  }

  static std::string_view FormName(AstOrigin::Form form) {
    switch (form) {
      case AstOrigin::Form::kText:
        return "";
      case AstOrigin::Form::kRegex:
        return ".regex";
      case AstOrigin::Form::kHostRegex:
        return ".host_regex";
      case AstOrigin::Form::kFile:
        return ".file";
    }
    return "";
  }

  void PolicyFields(const std::string& path, const AstPolicyFields& fields) {
    Field(path + ".origins", fields.origins);
    Field(path + ".credentials", fields.credentials);
    Field(path + ".methods", fields.methods);
    Field(path + ".methods_strict", fields.methods_strict);
    Field(path + ".headers", fields.headers);
    Field(path + ".expose", fields.expose);
    Field(path + ".expose_mode", fields.expose_mode);
    Field(path + ".max_age", fields.max_age);
    Field(path + ".preflight_status", fields.preflight_status);
    Field(path + ".preflight_diagnostics", fields.preflight_diagnostics);
    Field(path + ".mode", fields.mode);
    Field(path + ".self_origins", fields.self_origins);
    Field(path + ".allow_null", fields.allow_null);
    Field(path + ".allow_file", fields.allow_file);
    Field(path + ".private_network", fields.private_network);
    Field(path + ".timing_allow_origin", fields.timing_allow_origin);
    Field(path + ".upstream_cors", fields.upstream_cors);
    Field(path + ".websocket_origin", fields.websocket_origin);
  }

  void DumpRoute(const AstRoute& route) {
    const std::string path = "route[" + std::to_string(route.position) + "]";
    Line(route.span, path, route.last_in_file ? "last in its file" : "");
    Field(path + ".id", route.id);
    Field(path + ".path", route.path);
    Field(path + ".host", route.host);
    Field(path + ".for_methods", route.for_methods);
    Field(path + ".policy", route.policy);
    Field(path + ".cors", route.cors);
    PolicyFields(path, route.fields);
    for (std::size_t i = 0; i < route.allow_lints.size(); ++i) {
      const AstAllowLint& allow = route.allow_lints[i];
      const std::string name =
          path + ".allow_lints[" + std::to_string(i + 1) + "]";
      Line(allow.span, name, "");
      Field(name + ".lint", allow.lint);
      Field(name + ".reason", allow.reason);
      Field(name + ".until", allow.until);
    }
  }

  void DumpFile(const AstFile& file) {
    Field("version", file.version);
    Field("unmatched", file.unmatched);
    if (file.trust) {
      Line(file.trust->span, "trust", "");
      Field("trust.own_domains", file.trust->own_domains);
      Field("trust.trusted_origins", file.trust->trusted_origins);
      Field("trust.api_scheme", file.trust->api_scheme);
      Field("trust.production", file.trust->production);
      Field("trust.psl", file.trust->psl);
    }
    if (file.defaults) PolicyFields("defaults", *file.defaults);
    for (const AstOriginSet& set : file.origin_sets) {
      Origins("origin_sets." + set.name.value, set.origins);
    }
    for (const AstPolicy& policy : file.policies) {
      const std::string path = "policies." + policy.name.value;
      Line(policy.span, path, "");
      PolicyFields(path, policy.fields);
    }
    for (const AstRoute& route : file.routes) DumpRoute(route);
    for (const AstLintLevel& lint : file.lints) {
      Line(lint.level.span, "lints." + lint.code.value, Text(lint.level.value));
    }
  }

  const SourceSet& sources_;
  std::string out_;
};

}  // namespace

std::string DumpAst(const Ast& ast, const SourceSet& sources) {
  return AstDumper(sources).Dump(ast);
}

}  // namespace corsac
