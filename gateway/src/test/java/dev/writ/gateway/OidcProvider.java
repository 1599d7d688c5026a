package dev.writ.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServlet;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.net.SSLHostConfig;
import org.apache.tomcat.util.net.SSLHostConfigCertificate;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.authentication.ProviderManager;
import org.springframework.security.authentication.dao.DaoAuthenticationProvider;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.server.authorization.OAuth2TokenType;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationGrantAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2TokenExchangeAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.client.InMemoryRegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.config.annotation.web.configuration.OAuth2AuthorizationServerConfiguration;
import org.springframework.security.oauth2.server.authorization.config.annotation.web.configurers.OAuth2AuthorizationServerConfigurer;
import org.springframework.security.oauth2.server.authorization.settings.AuthorizationServerSettings;
import org.springframework.security.oauth2.server.authorization.settings.ClientSettings;
import org.springframework.security.oauth2.server.authorization.settings.TokenSettings;
import org.springframework.security.oauth2.server.authorization.token.JwtEncodingContext;
import org.springframework.security.oauth2.server.authorization.token.OAuth2TokenCustomizer;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.logout.LogoutFilter;
import org.springframework.security.web.authentication.www.BasicAuthenticationFilter;
import org.springframework.web.context.support.AnnotationConfigWebApplicationContext;

/**
 * An OpenID provider as operators run them: Spring Authorization Server in a servlet container, on a port for HTTP and one for TLS, where
 * clients log in with certificates. Its clients are {@code portal}, {@code console}, {@code robot}, {@code planner}, {@code brief}, whose tokens live for a
 * second, and {@code bound}, whose tokens are bound to its certificate; its user is {@code ann}.
 *
 * <p>It is a program, which {@link OidcServer} starts and talks to.
 */
final class OidcProvider {

    static final String ROTATE = "rotate";

    private final Tomcat tomcat = new Tomcat();
    private final Keys keys = new Keys();
    private final Connector http = connector();
    private final Connector tls = connector();

    private OidcProvider(String issuer, Path folder) throws LifecycleException {
        tomcat.setBaseDir(folder.toString());
        tomcat.setConnector(http);
        tls.setSecure(true);
        tls.setScheme("https");
        tls.setProperty("SSLEnabled", "true");
        tls.addSslHostConfig(tls(folder));
        tomcat.getService().addConnector(tls);
        Context context = tomcat.addContext("", folder.toString());
        Tomcat.addServlet(context, "nothing", new HttpServlet() {
            private static final long serialVersionUID = 1L;
        });
        context.addServletMappingDecoded("/", "nothing");
        context.addServletContainerInitializer((classes, servlets) -> secure(servlets, issuer), Set.of());
        tomcat.start();
    }

    /**
     * Says on a line each which ports the issuers have, then obeys line by line until nobody speaks any more.
     *
     * @param args a folder with {@code server.pem}, {@code server.key} and {@code trusted.p12}, and the issuers
     */
    public static void main(String[] args) throws IOException, LifecycleException {
        PrintStream answers = System.out;
        System.setOut(System.err);
        List<OidcProvider> providers = new ArrayList<>();
        for (String issuer : List.of(args).subList(1, args.length)) {
            OidcProvider provider = new OidcProvider(issuer, Path.of(args[0]));
            providers.add(provider);
            answers.println(provider.http.getLocalPort() + " " + provider.tls.getLocalPort());
        }
        BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, UTF_8));
        for (String order = orders.readLine(); order != null; order = orders.readLine()) {
            if (order.equals(ROTATE)) {
                providers.forEach(provider -> provider.keys.rotate());
            }
            answers.println(order);
        }
        System.exit(0);
    }

    private static Connector connector() {
        Connector connector = new Connector();
        connector.setProperty("address", "127.0.0.1");
        connector.setPort(0);
        return connector;
    }

    private static SSLHostConfig tls(Path folder) {
        SSLHostConfig config = new SSLHostConfig();
        config.setCertificateVerification("optional");
        config.setTruststoreFile(folder.resolve("trusted.p12").toString());
        config.setTruststorePassword(TestCertificates.PASSWORD);
        config.setTruststoreType("PKCS12");
        // With 1.3, Java cannot do without a certificate and take one.
        config.setProtocols("TLSv1.2");
        SSLHostConfigCertificate certificate = new SSLHostConfigCertificate(config, SSLHostConfigCertificate.Type.EC);
        certificate.setCertificateFile(folder.resolve("server.pem").toString());
        certificate.setCertificateKeyFile(folder.resolve("server.key").toString());
        config.addCertificate(certificate);
        return config;
    }

    private void secure(ServletContext servlets, String issuer) {
        AnnotationConfigWebApplicationContext spring = new AnnotationConfigWebApplicationContext();
        spring.setServletContext(servlets);
        spring.addBeanFactoryPostProcessor(beans -> {
            beans.registerSingleton("keys", keys);
            beans.registerSingleton(
                    "settings",
                    AuthorizationServerSettings.builder().issuer(issuer).build());
        });
        spring.register(Provider.class);
        spring.refresh();
        servlets.addFilter("security", spring.getBean("springSecurityFilterChain", Filter.class))
                .addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), false, "/*");
    }

    /** Its keys, the newest last. */
    static final class Keys {

        private final List<ECKey> all = new CopyOnWriteArrayList<>();

        Keys() {
            rotate();
        }

        void rotate() {
            try {
                all.add(new ECKeyGenerator(Curve.P_256)
                        .keyID(UUID.randomUUID().toString())
                        .generate());
            } catch (JOSEException failed) {
                throw new IllegalStateException(failed);
            }
        }

        JWKSet published() {
            return new JWKSet(new ArrayList<>(all));
        }

        String newest() {
            return all.get(all.size() - 1).getKeyID();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableWebSecurity
    static class Provider {

        @Bean
        SecurityFilterChain chain(HttpSecurity http, UserDetailsService users) throws Exception {
            OAuth2AuthorizationServerConfigurer server = OAuth2AuthorizationServerConfigurer.authorizationServer();
            return http.securityMatcher(server.getEndpointsMatcher())
                    .with(server, endpoints -> endpoints.oidc(Customizer.withDefaults()))
                    .authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
                    // Where others show a form.
                    .addFilterAfter(
                            new BasicAuthenticationFilter(new ProviderManager(new DaoAuthenticationProvider(users))),
                            LogoutFilter.class)
                    .build();
        }

        @Bean
        UserDetailsService users() {
            return new InMemoryUserDetailsManager(User.withUsername("ann")
                    .password("{noop}" + OidcServer.secret("ann"))
                    .roles("user")
                    .build());
        }

        @Bean
        JWKSource<SecurityContext> source(Keys keys) {
            return (selector, context) -> selector.select(keys.published());
        }

        @Bean
        JwtDecoder decoder(JWKSource<SecurityContext> source) {
            return OAuth2AuthorizationServerConfiguration.jwtDecoder(source);
        }

        /** What operators configure: RFC 9068 2.1 and 2.2, RFC 8707 2. */
        @Bean
        OAuth2TokenCustomizer<JwtEncodingContext> tokens(Keys keys) {
            return token -> {
                token.getJwsHeader().algorithm(SignatureAlgorithm.ES256).keyId(keys.newest());
                if (OAuth2TokenType.ACCESS_TOKEN.equals(token.getTokenType())) {
                    token.getJwsHeader().type("at+jwt");
                    token.getClaims()
                            .claim("client_id", token.getRegisteredClient().getClientId());
                    resource(token.getAuthorizationGrant())
                            .ifPresent(resource -> token.getClaims().audience(List.of(resource)));
                }
            };
        }

        private static Optional<String> resource(Authentication grant) {
            return grant instanceof OAuth2TokenExchangeAuthenticationToken exchange
                    ? exchange.getResources().stream().findFirst()
                    : Optional.of(grant)
                            .filter(OAuth2AuthorizationGrantAuthenticationToken.class::isInstance)
                            .map(OAuth2AuthorizationGrantAuthenticationToken.class::cast)
                            .map(other ->
                                    (String) other.getAdditionalParameters().get("resource"));
        }

        @Bean
        RegisteredClientRepository clients() {
            List<RegisteredClient> clients = new ArrayList<>();
            for (String name : List.of("robot", "planner", "brief")) {
                clients.add(client(name)
                        .clientSecret("{noop}" + OidcServer.secret(name))
                        .clientAuthenticationMethod(ClientAuthenticationMethod.CLIENT_SECRET_BASIC)
                        .authorizationGrantType(AuthorizationGrantType.CLIENT_CREDENTIALS)
                        .authorizationGrantType(AuthorizationGrantType.TOKEN_EXCHANGE)
                        .tokenSettings(TokenSettings.builder()
                                .accessTokenTimeToLive(Duration.ofSeconds(name.equals("brief") ? 1 : 300))
                                .build())
                        .build());
            }
            clients.add(client("bound")
                    .clientAuthenticationMethod(ClientAuthenticationMethod.TLS_CLIENT_AUTH)
                    .authorizationGrantType(AuthorizationGrantType.CLIENT_CREDENTIALS)
                    .clientSettings(ClientSettings.builder()
                            .x509CertificateSubjectDN("CN=bound")
                            .build())
                    .tokenSettings(TokenSettings.builder()
                            .x509CertificateBoundAccessTokens(true)
                            .build())
                    .build());
            clients.add(client("portal")
                    .clientSecret("{noop}" + OidcServer.secret("portal"))
                    .clientAuthenticationMethod(ClientAuthenticationMethod.CLIENT_SECRET_BASIC)
                    .authorizationGrantType(AuthorizationGrantType.AUTHORIZATION_CODE)
                    .redirectUri(OidcServer.REDIRECT)
                    .build());
            clients.add(client("console")
                    .clientSecret("{noop}" + OidcServer.secret("console"))
                    .clientAuthenticationMethod(ClientAuthenticationMethod.CLIENT_SECRET_BASIC)
                    .authorizationGrantType(AuthorizationGrantType.AUTHORIZATION_CODE)
                    // RFC 8252 7.3: whatever the port.
                    .redirectUri("http://127.0.0.1" + OidcServer.CONSOLE)
                    .clientSettings(
                            ClientSettings.builder().requireProofKey(true).build())
                    .build());
            return new InMemoryRegisteredClientRepository(clients);
        }

        private static RegisteredClient.Builder client(String name) {
            return RegisteredClient.withId(name).clientId(name).scope("openid");
        }
    }
}
