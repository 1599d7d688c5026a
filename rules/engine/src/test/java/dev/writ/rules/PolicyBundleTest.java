package dev.writ.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.writ.model.Digest;
import dev.writ.model.Effect;
import dev.writ.model.ToolName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyBundleTest {

    @Test
    void saysWhatItsManifestSays() {
        PolicyBundle bundle = Bundles.of(Map.of("bundle.yaml", """
                name: refunds
                version: 1.10
                description: What agents may refund.
                owners: [ana, ben]
                groups: [finance]
                scope: [billing.*, mail.send]
                """));

        assertThat(bundle.name()).isEqualTo("refunds");
        assertThat(bundle.version()).isEqualTo("1.10");
        assertThat(bundle.description()).isEqualTo("What agents may refund.");
        assertThat(bundle.owners()).containsExactly("ana", "ben");
        assertThat(bundle.groups()).containsExactly("finance");
        assertThat(bundle.scope()).isEqualTo(new ToolScope(List.of("billing.*", "mail.send")));
    }

    @Test
    void readsAFolderAndLeavesOutWhatGitKeepsThere(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("bundle.yaml"), Bundles.MANIFEST);
        Files.writeString(folder.resolve("README.md"), "notes");
        Files.createDirectories(folder.resolve("cases"));
        Files.writeString(folder.resolve("cases/small.yaml"), "[]");
        Files.writeString(folder.resolve("rules.drl"), "");
        Files.createDirectories(folder.resolve(".git"));
        Files.writeString(folder.resolve(".git/config"), "secret");

        PolicyBundle bundle = PolicyBundle.read(folder);

        assertThat(bundle.files()).containsExactly("README.md", "bundle.yaml", "cases/small.yaml", "rules.drl");
        assertThat(bundle.file("cases/small.yaml")).asString().isEqualTo("[]");
    }

    @Test
    void followsNoLinks(@TempDir Path folder) throws IOException {
        Path outside = Files.writeString(folder.resolve("outside.drl"), "secret");
        Path inside = Files.createDirectories(folder.resolve("bundle"));
        Files.writeString(inside.resolve("bundle.yaml"), Bundles.MANIFEST);
        Files.createSymbolicLink(inside.resolve("rules.drl"), outside);

        assertThatThrownBy(() -> PolicyBundle.read(inside))
                .isInstanceOf(InvalidBundleException.class)
                .hasMessageContaining("rules.drl: ")
                .hasMessageNotContaining("secret");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.jar",
                "../up.drl",
                "/abs.drl",
                "a//b.drl",
                "rules.drl.exe",
                "rules.yaml",
                "CASES/x.yaml",
                "a b.drl",
                "a/./b.drl",
                "cases/.x.yaml",
                "ünï.drl",
                "rules.drl\n"
            })
    void holdsNothingElse(String path) {
        assertThatThrownBy(() -> Bundles.of(Map.of("bundle.yaml", Bundles.MANIFEST, path, "")))
                .isInstanceOf(InvalidBundleException.class)
                .hasMessageContaining("a bundle holds bundle.yaml, rules in *.drl");
    }

    @Test
    void hasBounds() {
        Map<String, String> many = new HashMap<>();
        IntStream.range(0, 500).forEach(i -> many.put("r" + i + ".drl", ""));
        many.put("bundle.yaml", Bundles.MANIFEST);

        assertThatThrownBy(() -> Bundles.of(many)).hasMessageContaining("at most 500 files");
        assertThatThrownBy(() ->
                        Bundles.of(Map.of("bundle.yaml", Bundles.MANIFEST, "r.drl", " ".repeat(1024 * 1024 + 1))))
                .hasMessageContaining("r.drl: a file has at most");
        assertThatThrownBy(() -> PolicyBundle.of(Map.of("bundle.yaml", new byte[] {(byte) 0xff})))
                .hasMessageContaining("is not UTF-8");
        assertThatThrownBy(() -> Bundles.of(Map.of("r.drl", ""))).hasMessageContaining("bundle.yaml: is missing");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "name: Big Team                     | 1 | 7  | a name of lower-case letters",
                "version: -1                        | 1 | 10 | a version such as",
                "scoop: []                          | 1 | 1  | did you mean scope?",
                "name: a\\nname: b                  | 2 | 1  | 'name' is here twice",
                "observe: yes                       | 1 | 10 | 'observe' is true or false",
                "scope: [Billing.*]                 | 1 | 9  | a scope holds names of tools",
                "scope: ['*.refund']                | 1 | 9  | a scope holds names of tools",
                "scope: billing.*                   | 1 | 8  | here stands a list",
                "groups: [Finance Team]             | 1 | 10 | a group is called by lower-case letters",
                "owners: [[a]]                      | 1 | 10 | here stands a text",
                "name: !!java.net.URL [x]           | 1 | 7  | Global tag is not allowed",
                "name: !<!java.net.URL> x            | 1 | 7  | here stands a text",
                "owners: [                          | 1 | 10 | this is not YAML",
                "- a                                | 1 | 1  | here stand entries",
                "--- {}\\n--- {}                    | 2 | 1  | this is not YAML",
            })
    void namesThePlaceOfWhatIsWrongInItsManifest(String yaml, int line, int column, String message) {
        InvalidBundleException invalid = catchThrowableOfType(
                InvalidBundleException.class, () -> Bundles.of(Map.of("bundle.yaml", yaml.replace("\\n", "\n"))));

        assertThat(invalid.problems()).anySatisfy(problem -> {
            assertThat(problem.toString()).startsWith("bundle.yaml:" + line + ":" + column + ": ");
            assertThat(problem.message()).contains(message);
        });
    }

    @Test
    void itsManifestCannotGrowByAliases() {
        assertThatThrownBy(() -> Bundles.of(Map.of("bundle.yaml", "owners: &a [x]\ngroups: *a\n")))
                .isInstanceOf(InvalidBundleException.class)
                .hasMessageContaining("bundle.yaml:2:9: aliases are not allowed");
    }

    @Test
    void tellsAllProblemsOfItsManifestAtOnce() {
        InvalidBundleException invalid = catchThrowableOfType(
                InvalidBundleException.class, () -> Bundles.of(Map.of("bundle.yaml", "name: X\nscope: [Y]\nz: 1\n")));

        assertThat(invalid.problems()).extracting(BundleProblem::line).contains(1, 2, 3);
    }

    @Test
    void itsDigestIsAsDocumented() {
        Digest digest = Bundles.of(Map.of("bundle.yaml", "name: a\nversion: b\n", "r.drl", "// ü"))
                .digest();

        assertThat(digest)
                .isEqualTo(Digest.of(("writ bundle v1\n"
                                + "\0\0\0\13bundle.yaml" + "\0\0\0\23name: a\nversion: b\n"
                                + "\0\0\0\5r.drl" + "\0\0\0\5// ü")
                        .getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void itsDigestTellsFilesApart() {
        assertThat(List.of(
                                digest("a.drl", "bc"),
                                digest("a.drl", "b"),
                                digest("b.drl", "bc"),
                                digest("a.md", "bc"),
                                Bundles.ofRules("").digest())
                        .stream()
                        .distinct())
                .hasSize(5);
    }

    @Test
    void cannotBeChanged() {
        byte[] content = Bundles.MANIFEST.getBytes(StandardCharsets.UTF_8);
        PolicyBundle bundle = PolicyBundle.of(Map.of("bundle.yaml", content));

        content[0] = 'x';
        bundle.file("bundle.yaml")[0] = 'x';

        assertThat(bundle.file("bundle.yaml")).asString().isEqualTo(Bundles.MANIFEST);
        assertThatThrownBy(() -> bundle.file("r.drl")).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "billing.*, billing.refund, true",
        "billing.*, billing, false",
        "billing.*, billings.refund, false",
        "billing.refund, billing.refund, true",
        "billing.refund, billing.refunds, false",
        "*, anything.at-all, true",
    })
    void aScopeCovers(String pattern, String tool, boolean covered) {
        assertThat(new ToolScope(List.of(pattern)).covers(new ToolName(tool))).isEqualTo(covered);
    }

    private static Digest digest(String path, String content) {
        return Bundles.of(Map.of("bundle.yaml", Bundles.MANIFEST, path, content))
                .digest();
    }

    @ParameterizedTest
    @CsvSource({
        "billing.refund, billing.*, true",
        "billing.*, billing.*, true",
        "billing.re*, billing.*, true",
        "billing.*, *, true",
        "*, billing.*, false",
        "bill*, billing.*, false",
        "billing.*, billing.refund, false",
        "mail.send, billing.*, false"
    })
    void aScopeIsWithinAnother(String inner, String outer, boolean within) {
        assertThat(new ToolScope(List.of(inner)).isWithin(new ToolScope(List.of(outer))))
                .isEqualTo(within);
    }

    @Test
    void thePackThatObservesAllowsEverything() throws IOException {
        PolicyBundle pack = PolicyBundle.read(Path.of("..", "packs", "observe"));

        assertThat(pack.isObserving()).isTrue();
        try (PolicyEngine engine = PolicyCompiler.compile(pack, TestTools.ALL).fold(usable -> usable, problems -> {
            throw new AssertionError(problems.toString());
        })) {
            assertThat(engine.evaluate(Scene.refund("{}").facts()).effect()).isEqualTo(Effect.ALLOW);
        }
    }
}
