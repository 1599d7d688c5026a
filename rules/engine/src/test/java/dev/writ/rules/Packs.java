package dev.writ.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.model.ToolDefinition;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The packs in {@code rules/packs}, each with the tools that it expects. */
final class Packs {

    private static final Path FOLDER = Path.of("..", "packs");

    private Packs() {}

    static List<String> names() throws IOException {
        try (Stream<Path> listed = Files.list(FOLDER)) {
            return listed.filter(folder -> Files.exists(folder.resolve("bundle.yaml")))
                    .map(folder -> folder.getFileName().toString())
                    .sorted()
                    .toList();
        }
    }

    static Path folder(String pack) {
        return FOLDER.resolve(pack);
    }

    static PolicyBundle bundle(String pack) {
        try {
            return PolicyBundle.read(folder(pack));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** Those of the file that is called like the pack; of a pack for whatever tools there are, those it names. */
    static ToolSet tools(String pack) {
        Path file = FOLDER.resolve("tools").resolve(pack + ".yaml");
        return Files.exists(file) ? ToolSet.given(read(file)) : ToolSet.assumedBy(bundle(pack));
    }

    private static List<ToolDefinition> read(Path file) {
        List<BundleProblem> problems = new ArrayList<>();
        List<ToolDefinition> tools = ToolListing.parse(file.toString(), text(file), problems)
                .map(listing -> ToolListing.read(file.toString(), listing, "", problems))
                .orElse(List.of());
        assertThat(problems).isEmpty();
        return tools;
    }

    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    static TestReport report(String pack) {
        return TestReport.of(bundle(pack), tools(pack));
    }
}
