package dev.writ.gateway.startup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Runs what docs/policy-cli.md says can be run, on a copy of the pack that it speaks of. */
class PolicyDocumentationTest {

    private static final Path PACKS = Path.of("..", "rules", "packs");
    private static final Pattern COMMAND = Pattern.compile("(?m)^\\./writ (policy .*rules/packs.*)$");
    private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|(\\S+)");

    @TempDir
    private Path folder;

    @TestFactory
    Stream<DynamicTest> everyCommandWorks() throws IOException {
        copy(PACKS.resolve("billing-support"));
        copy(PACKS.resolve("tools"));
        List<String> commands = COMMAND.matcher(Files.readString(Path.of("..", "docs", "policy-cli.md")))
                .results()
                .map(line -> line.group(1))
                .toList();
        assertThat(commands).hasSizeGreaterThan(6);
        return commands.stream()
                .map(command -> DynamicTest.dynamicTest(command, () -> {
                    Terminal run = Terminal.run(words(command).toArray());

                    assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
                }));
    }

    private List<String> words(String command) {
        List<String> words = new ArrayList<>();
        Matcher word = WORD.matcher(command);
        while (word.find()) {
            String text = word.group(1) == null ? word.group(2) : word.group(1);
            words.add(text.replace("rules/packs", folder.toString()).replace("target/", folder + "/target/"));
        }
        return words;
    }

    private void copy(Path source) throws IOException {
        try (Stream<Path> files = Files.walk(source)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path copy = folder.resolve(PACKS.relativize(file).toString());
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
            }
        }
    }
}
