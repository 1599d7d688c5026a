package dev.writ.gateway.console;

import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jboss.resteasy.reactive.RestResponse;

/** The editor Ace: the few of its files that the page for writing bundles needs. */
@Path(Console.ROOT + "/static/ace/{name}")
class AceFiles {

    private static final Map<String, String> PATHS = Map.of(
            "ace.js",
            "src-min-noconflict/ace.js",
            "language-tools.js",
            "src-min-noconflict/ext-language_tools.js",
            "drools.js",
            "src-min-noconflict/mode-drools.js",
            "yaml.js",
            "src-min-noconflict/mode-yaml.js",
            "light.js",
            "src-min-noconflict/theme-github.js",
            "dark.js",
            "src-min-noconflict/theme-github_dark.js",
            "ace.css",
            "css/ace.css",
            "light.css",
            "css/theme/github.css",
            "dark.css",
            "css/theme/github_dark.css");

    private final Map<String, byte[]> files;

    AceFiles() {
        Webjar archive = new Webjar("ace-builds");
        files = PATHS.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, path -> archive.file(path.getValue())));
    }

    @GET
    @PermitAll
    public RestResponse<byte[]> file(@PathParam("name") String name) {
        byte[] file = Optional.ofNullable(files.get(name))
                .orElseThrow(() -> new Problem(ProblemType.NOT_FOUND, "There is no such file."));
        return RestResponse.ResponseBuilder.ok(file)
                .header(
                        "Content-Type",
                        name.endsWith(".css") ? "text/css;charset=UTF-8" : "text/javascript;charset=UTF-8")
                .build();
    }
}
