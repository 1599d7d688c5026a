package dev.writ.rules;

import dev.writ.model.Requirement;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** What {@code bundle.yaml} says. */
record BundleManifest(
        String name,
        String version,
        String description,
        List<String> owners,
        List<String> groups,
        ToolScope scope,
        boolean observe,
        Hints hints) {

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,63}");
    private static final Pattern VERSION = Pattern.compile("[A-Za-z0-9][A-Za-z0-9.+_-]{0,63}");
    private static final Set<String> KEYS =
            Set.of("name", "version", "description", "owners", "groups", "scope", "observe", "hints");

    BundleManifest {
        owners = List.copyOf(owners);
        groups = List.copyOf(groups);
    }

    /** @throws InvalidBundleException naming all that is wrong */
    static BundleManifest parse(byte[] utf8) {
        List<BundleProblem> problems = new ArrayList<>();
        Optional<BundleManifest> manifest = YamlValue.parse(
                        BundleFiles.MANIFEST, new String(utf8, StandardCharsets.UTF_8), problems)
                .flatMap(value -> value.mapping(KEYS))
                .map(BundleManifest::of);
        if (manifest.isEmpty() || !problems.isEmpty()) {
            throw new InvalidBundleException(problems);
        }
        return manifest.get();
    }

    private static BundleManifest of(YamlMapping yaml) {
        return new BundleManifest(
                yaml.text("name", NAME, "a name of lower-case letters, digits and '-'"),
                yaml.text("version", VERSION, "a version such as 1.4.0"),
                yaml.optional("description").flatMap(YamlValue::text).orElse(""),
                yaml.texts("owners"),
                groups(yaml),
                scope(yaml),
                observe(yaml),
                hints(yaml));
    }

    private static List<String> groups(YamlMapping yaml) {
        List<String> groups = new ArrayList<>();
        for (YamlValue item : yaml.items("groups")) {
            item.text()
                    .filter(Requirement::isGroup)
                    .ifPresentOrElse(
                            groups::add,
                            () -> item.report(
                                    "a group is called by lower-case letters, digits, '.', '_' and '-', 64 at most, such as finance"));
        }
        return groups;
    }

    /** Only the two words that JSON has: a flag that opens a door is not to be guessed. */
    private static boolean observe(YamlMapping yaml) {
        Optional<YamlValue> value = yaml.optional("observe");
        String said = value.flatMap(YamlValue::text).orElse("false");
        if (!said.equals("true") && !said.equals("false")) {
            value.orElseThrow().report("'observe' is true or false");
        }
        return said.equals("true");
    }

    private static Hints hints(YamlMapping yaml) {
        Optional<YamlValue> value = yaml.optional("hints");
        Optional<Hints> hints = value.flatMap(YamlValue::text).flatMap(Hints::parse);
        if (value.isPresent() && hints.isEmpty()) {
            value.get().report("'hints' is one of " + Hints.list());
        }
        return hints.orElse(value.isPresent() ? Hints.NONE : Hints.ARGUMENTS);
    }

    private static ToolScope scope(YamlMapping yaml) {
        List<String> patterns = new ArrayList<>();
        for (YamlValue item : yaml.items("scope")) {
            Optional<String> pattern = item.text();
            if (pattern.filter(ToolScope::isPattern).isPresent()) {
                patterns.add(pattern.get());
            } else {
                item.report("a scope holds names of tools, or beginnings of names followed by '*', such as billing.*");
            }
        }
        return new ToolScope(patterns);
    }
}
