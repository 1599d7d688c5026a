package dev.writ.gateway.startup;

import dev.writ.connect.http.DocumentProblem;
import dev.writ.connect.http.HttpConnector;
import dev.writ.connect.http.HttpConnectorSettings;
import dev.writ.model.JsonValue;
import dev.writ.model.ToolDefinition;
import dev.writ.rules.BundleProblem;
import dev.writ.rules.PolicyBundle;
import dev.writ.rules.ToolListing;
import dev.writ.rules.ToolSet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say which tools there are, and what they name. */
final class ToolFiles {

    private static final Pattern URL = Pattern.compile("(?i)https?://.*");
    private static final Pattern NAMED = Pattern.compile("([a-z0-9][a-z0-9_-]{0,62})=(.+)");
    private static final Pattern TOOL_FILE = Pattern.compile("[^.].*\\.(json|ya?ml)");
    private static final Pattern DESCRIBED = Pattern.compile("(?m)^\\s*\\{?\\s*\"?open(api|rpc)\"?\\s*:");

    @Option(
            names = "--tools",
            paramLabel = "[NAME=]SOURCE",
            description = {
                "Which tools there are: a file or folder with what GET /v1/tools of a gateway",
                "answers, an OpenAPI or OpenRPC document or what an MCP server answers to tools/list, in",
                "JSON or YAML, or the URL of a running gateway. Tools are called after their connector: a",
                "listing's member 'connector', else NAME, else the file's name up to its first dot.",
                "Can be repeated. Default, beside the bundle's folder: the file in tools/ that is called",
                "like the bundle, else all of tools/, tools.json and tools.yaml."
            })
    List<String> sources = new ArrayList<>();

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "Holds a key of the gateway, if --tools names one.")
    @Nullable
    Path tokenFile;

    /**
     * The tools for that bundle: those that the options name, or those beside it, or if there are none those it names itself.
     *
     * @throws ToolFileException if a source cannot be read
     */
    ToolSet of(Path folder, PolicyBundle bundle) {
        List<String> wanted = sources.isEmpty() ? beside(folder, bundle) : sources;
        if (wanted.isEmpty()) {
            return ToolSet.assumedBy(bundle);
        }
        List<ToolDefinition> tools = read(wanted);
        if (sources.isEmpty() && tools.stream().noneMatch(tool -> bundle.scope().covers(tool.name()))) {
            throw new ToolFileException(
                    String.join(", ", wanted) + ": none of these tools is one that the bundle '" + bundle.name()
                            + "' may speak about, " + bundle.scope() + "; write its tools into tools/" + bundle.name()
                            + ".yaml there, or say with --tools which there are");
        }
        return ToolSet.given(tools);
    }

    private List<ToolDefinition> read(List<String> wanted) {
        Map<String, ToolDefinition> tools = new TreeMap<>();
        for (String source : wanted) {
            for (ToolDefinition tool : source(source)) {
                tools.put(tool.name().value(), tool);
            }
        }
        return List.copyOf(tools.values());
    }

    /** Packs that stand side by side share the folder of their tools, so what is called like the bundle is meant for it alone. */
    private static List<String> beside(Path folder, PolicyBundle bundle) {
        List<String> own = existing(
                folder, Stream.of(".yaml", ".yml", ".json").map(suffix -> Path.of("tools", bundle.name() + suffix)));
        return own.isEmpty()
                ? existing(
                        folder,
                        Stream.of("tools", "tools.json", "tools.yaml", "tools.yml")
                                .map(Path::of))
                : own;
    }

    private static List<String> existing(Path folder, Stream<Path> names) {
        Optional<Path> parent =
                Optional.ofNullable(folder.toAbsolutePath().normalize().getParent());
        return names.flatMap(name -> parent.map(path -> path.resolve(name)).stream())
                .filter(Files::exists)
                .map(Path::toString)
                .toList();
    }

    private List<ToolDefinition> source(String source) {
        if (URL.matcher(source).matches()) {
            return gateway(URI.create(source));
        }
        Matcher named = NAMED.matcher(source);
        boolean isNamed = named.matches() && !Files.exists(Path.of(source));
        Path path = Path.of(isNamed ? named.group(2) : source);
        Optional<String> connector = isNamed ? Optional.of(named.group(1)) : Optional.empty();
        try {
            if (!Files.isDirectory(path)) {
                return file(path, connector);
            }
            List<ToolDefinition> tools = new ArrayList<>();
            try (Stream<Path> listed = Files.list(path)) {
                for (Path file : listed.filter(ToolFiles::isToolFile).sorted().toList()) {
                    tools.addAll(file(file, connector));
                }
            }
            return tools;
        } catch (IOException unreadable) {
            throw new UncheckedIOException(
                    "the tools in " + path + " cannot be read; --tools names a file, a folder or a gateway's URL",
                    unreadable);
        }
    }

    private static boolean isToolFile(Path path) {
        return Files.isRegularFile(path)
                && TOOL_FILE.matcher(path.getFileName().toString()).matches();
    }

    private List<ToolDefinition> gateway(URI url) {
        return new ListingGateway(url, Optional.ofNullable(tokenFile).map(LogLocation::token)).tools();
    }

    private static List<ToolDefinition> file(Path path, Optional<String> named) throws IOException {
        String text = Files.readString(path);
        return DESCRIBED.matcher(text).find()
                ? openApi(path, text, connector(path, named))
                : listing(path, text, named);
    }

    private static String connector(Path path, Optional<String> named) {
        return named.orElseGet(() -> path.getFileName().toString().replaceFirst("\\..*", ""));
    }

    private static List<ToolDefinition> openApi(Path path, String text, String connector) {
        List<DocumentProblem> problems = new ArrayList<>();
        // Where the service is does not matter: nothing is sent.
        URI nowhere = URI.create("https://service.invalid/");
        List<ToolDefinition> tools;
        try {
            tools = HttpConnector.describe(
                    HttpConnectorSettings.of(connector, nowhere, text).build(), problems);
        } catch (IllegalArgumentException unfit) {
            throw new ToolFileException(path + ": " + unfit.getMessage() + "; write --tools NAME=" + path, unfit);
        }
        if (!problems.isEmpty()) {
            throw new ToolFileException(path + " cannot be used: " + problems.get(0));
        }
        return tools;
    }

    private static List<ToolDefinition> listing(Path path, String text, Optional<String> named) {
        List<BundleProblem> problems = new ArrayList<>();
        Optional<JsonValue> json = ToolListing.parse(path.toString(), text, problems);
        Optional<String> written = json.flatMap(ToolListing::connector);
        if (named.isPresent() && written.isPresent() && !written.equals(named)) {
            throw new ToolFileException(path + " says that its connector is '" + written.get() + "', and --tools says '"
                    + named.get() + "'; write --tools " + path);
        }
        List<ToolDefinition> tools = json.map(
                        value -> ToolListing.read(path.toString(), value, connector(path, named), problems))
                .orElse(List.of());
        if (!problems.isEmpty()) {
            throw new ToolFileException(problems.get(0).toString());
        }
        return tools;
    }
}
