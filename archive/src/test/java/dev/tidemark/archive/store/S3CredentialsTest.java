package dev.tidemark.archive.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.sun.net.httpserver.HttpExchange;
import dev.tidemark.archive.error.ArchiveError;
import dev.tidemark.archive.error.ArchiveException;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Whose credentials sign the requests. A server answers as STS and as S3 do, and the SDK is pointed
 * at it by what an operator would set in the environment.
 */
@Isolated("it sets system properties that the SDK reads")
class S3CredentialsTest {

  private static final String ROLE = "arn:aws:iam::123456789012:role/tidemark";

  @TempDir private Path directory;
  private final List<String> assumed = new ArrayList<>();
  private final List<String> signatures = new ArrayList<>();
  private final List<String> tokens = new ArrayList<>();
  private final List<String> paths = new ArrayList<>();
  private final Map<String, String> replaced = new HashMap<>();
  private LoopbackServer server;

  @BeforeEach
  void start() throws IOException {
    server = new LoopbackServer(this::answer);
    set("aws.endpointUrlSts", url());
    set("aws.region", "eu-central-1");
    Path none = directory.resolve("none");
    set("aws.configFile", none.toString());
    set("aws.sharedCredentialsFile", none.toString());
  }

  @AfterEach
  void stop() {
    server.close();
    replaced.forEach(
        (name, value) -> {
          if (value == null) {
            System.clearProperty(name);
          } else {
            System.setProperty(name, value);
          }
        });
  }

  private void set(String property, String value) {
    replaced.putIfAbsent(property, System.getProperty(property));
    System.setProperty(property, value);
  }

  private String url() {
    return server.url();
  }

  private synchronized void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      if (exchange.getRequestMethod().equals("POST")) {
        assumed.add(URLDecoder.decode(body, StandardCharsets.UTF_8));
        signatures.add(exchange.getRequestHeaders().getFirst("Authorization"));
        LoopbackServer.answer(exchange, 200, credentials(body));
      } else if (exchange.getRequestMethod().equals("HEAD")) {
        exchange.sendResponseHeaders(404, -1);
      } else {
        signatures.add(exchange.getRequestHeaders().getFirst("Authorization"));
        tokens.add(exchange.getRequestHeaders().getFirst("x-amz-security-token"));
        paths.add(exchange.getRequestURI().getPath());
        exchange.getResponseHeaders().set("ETag", "\"e1\"");
        exchange.sendResponseHeaders(200, -1);
      }
    }
  }

  private static String credentials(String request) {
    String action =
        request.contains("AssumeRoleWithWebIdentity") ? "AssumeRoleWithWebIdentity" : "AssumeRole";
    return """
        <%1$sResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><%1$sResult><Credentials>
        <AccessKeyId>ASIATEMPORARY</AccessKeyId><SecretAccessKey>s</SecretAccessKey>
        <SessionToken>the-session</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration>
        </Credentials></%1$sResult></%1$sResponse>
        """
        .formatted(action);
  }

  private void put(Map<String, String> more) {
    Map<String, String> settings = new HashMap<>(more);
    settings.put(S3Config.ENDPOINT_CONFIG, url());
    try (ObjectStore store = ObjectStores.open("s3://bucket", new ArchiveConfig(settings))) {
      store.put("k", ObjectContent.of(new byte[1]), PutCondition.always());
    }
  }

  @Test
  void shouldTakeARoleByWebIdentity() throws IOException {
    Path token = Files.writeString(directory.resolve("token"), "the-identity");
    set("aws.webIdentityTokenFile", token.toString());
    set("aws.roleArn", ROLE);

    put(Map.of());

    assertThat(assumed)
        .singleElement()
        .asString()
        .contains("AssumeRoleWithWebIdentity", ROLE, "the-identity");
    assertThat(signatures.get(1)).contains("Credential=ASIATEMPORARY/");
    assertThat(tokens).containsExactly("the-session");
  }

  @Test
  void shouldTakeTheRoleThatAProfileNames() throws IOException {
    writeConfig(
        """
        [profile base]
        aws_access_key_id = AKIABASE
        aws_secret_access_key = s
        [profile backup]
        role_arn = %s
        source_profile = base
        region = eu-central-1
        """
            .formatted(ROLE));

    put(Map.of(S3Config.PROFILE_CONFIG, "backup"));

    assertThat(assumed).singleElement().asString().contains("Action=AssumeRole&", ROLE);
    assertThat(signatures.get(0)).contains("Credential=AKIABASE/");
    assertThat(signatures.get(1)).contains("Credential=ASIATEMPORARY/");
    assertThat(tokens).containsExactly("the-session");
  }

  @Test
  void shouldSignForTheRegionAndNameTheBucketInThePath() {
    put(
        Map.of(
            S3Config.REGION_CONFIG,
            "eu-west-3",
            S3Config.ACCESS_KEY_ID_CONFIG,
            "AKIAOWN",
            S3Config.SECRET_ACCESS_KEY_CONFIG,
            "s"));

    assertThat(assumed).isEmpty();
    assertThat(signatures)
        .singleElement()
        .asString()
        .contains("Credential=AKIAOWN/", "/eu-west-3/s3/");
    assertThat(paths).containsExactly("/bucket/k");
  }

  private void writeConfig(String profile) throws IOException {
    set("aws.configFile", Files.writeString(directory.resolve("config"), profile).toString());
  }

  @Test
  void shouldSignForTheRegionOfTheProfile() throws IOException {
    assumeThat(System.getenv("AWS_REGION")).isNull();
    System.clearProperty("aws.region");
    writeConfig(
        """
        [profile backup]
        aws_access_key_id = AKIABASE
        aws_secret_access_key = s
        region = eu-north-1
        """);

    put(Map.of(S3Config.PROFILE_CONFIG, "backup"));

    assertThat(signatures).singleElement().asString().contains("/eu-north-1/s3/");
  }

  @Test
  void shouldKnowProfilesOfSingleSignOn() throws IOException {
    writeConfig(
        """
        [profile backup]
        sso_session = company
        sso_account_id = 123456789012
        sso_role_name = tidemark
        region = eu-north-1
        [sso-session company]
        sso_region = eu-north-1
        sso_start_url = https://nobody-logged-in.example.com/start
        """);

    assertThatExceptionOfType(ArchiveException.class)
        .isThrownBy(() -> put(Map.of(S3Config.PROFILE_CONFIG, "backup")))
        .satisfies(
            e -> {
              assertThat(e.error()).isEqualTo(ArchiveError.ARCHIVE_ACCESS_DENIED);
              assertThat(e.remedy()).contains("aws sso login");
              assertThat(e)
                  .rootCause()
                  .as("the modules are there, only the token is missing")
                  .isNotInstanceOf(ClassNotFoundException.class);
            });
  }
}
