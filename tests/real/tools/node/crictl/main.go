// Command crictl takes the place of cri-tools: the subcommands and flags that runbook pages use, against
// the same API of the container runtime.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
	"text/tabwriter"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	runtime "k8s.io/cri-api/pkg/apis/runtime/v1"
)

const endpoint = "unix:///run/containerd/containerd.sock"

var commands = map[string]func(context.Context, *grpc.ClientConn, []string) error{
	"ps": ps, "images": images, "stop": stop, "logs": logs, "version": version,
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "crictl:", err)
		os.Exit(1)
	}
}

func run(arguments []string) error {
	if len(arguments) == 0 || commands[arguments[0]] == nil {
		return errors.New("ps, images, stop, logs or version")
	}
	connection, err := grpc.NewClient(endpoint, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return err
	}
	defer connection.Close()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	return commands[arguments[0]](ctx, connection, arguments[1:])
}

func ps(ctx context.Context, connection *grpc.ClientConn, arguments []string) error {
	flags := flag.NewFlagSet("ps", flag.ContinueOnError)
	all := flags.Bool("a", false, "also containers that do not run")
	quiet := flags.Bool("q", false, "ids only")
	name := flags.String("name", "", "regular expression of the name")
	if err := flags.Parse(arguments); err != nil {
		return err
	}
	found, err := containers(ctx, connection, *name, *all)
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(os.Stdout, 0, 8, 3, ' ', 0)
	defer table.Flush()
	if !*quiet {
		fmt.Fprintln(table, "CONTAINER\tIMAGE\tCREATED\tSTATE\tNAME\tATTEMPT\tPOD ID\tPOD")
	}
	for _, one := range found {
		if *quiet {
			fmt.Fprintln(table, one.Id)
			continue
		}
		state := strings.TrimPrefix(one.State.String(), "CONTAINER_")
		state = state[:1] + strings.ToLower(state[1:])
		age := time.Since(time.Unix(0, one.CreatedAt)).Round(time.Second)
		fmt.Fprintf(table, "%.13s\t%.13s\t%s ago\t%s\t%s\t%d\t%.13s\t%s\n", one.Id, one.ImageRef, age, state,
			one.Metadata.Name, one.Metadata.Attempt, one.PodSandboxId, one.Labels["io.kubernetes.pod.name"])
	}
	return nil
}

func images(ctx context.Context, connection *grpc.ClientConn, arguments []string) error {
	flags := flag.NewFlagSet("images", flag.ContinueOnError)
	if err := flags.Parse(arguments); err != nil {
		return err
	}
	answer, err := runtime.NewImageServiceClient(connection).ListImages(ctx, &runtime.ListImagesRequest{})
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(os.Stdout, 0, 8, 3, ' ', 0)
	defer table.Flush()
	fmt.Fprintln(table, "IMAGE\tTAG\tIMAGE ID\tSIZE")
	for _, image := range answer.Images {
		id := strings.TrimPrefix(image.Id, "sha256:")
		for _, tag := range image.RepoTags {
			colon := strings.LastIndex(tag, ":")
			fmt.Fprintf(table, "%s\t%s\t%.13s\t%dMB\n", tag[:colon], tag[colon+1:], id, image.Size/1000000)
		}
	}
	return nil
}

func stop(ctx context.Context, connection *grpc.ClientConn, arguments []string) error {
	flags := flag.NewFlagSet("stop", flag.ContinueOnError)
	var seconds int64
	flags.Int64Var(&seconds, "timeout", 0, "seconds until it is killed")
	flags.Int64Var(&seconds, "t", 0, "seconds until it is killed")
	if err := flags.Parse(arguments); err != nil {
		return err
	}
	client := runtime.NewRuntimeServiceClient(connection)
	for _, id := range flags.Args() {
		if _, err := client.StopContainer(ctx, &runtime.StopContainerRequest{ContainerId: id, Timeout: seconds}); err != nil {
			return err
		}
		fmt.Println(id)
	}
	return nil
}

func logs(ctx context.Context, connection *grpc.ClientConn, arguments []string) error {
	if len(arguments) != 1 {
		return errors.New("logs takes one container")
	}
	found, err := containers(ctx, connection, "", true)
	if err != nil {
		return err
	}
	for _, one := range found {
		if !strings.HasPrefix(one.Id, arguments[0]) {
			continue
		}
		status, err := runtime.NewRuntimeServiceClient(connection).ContainerStatus(ctx, &runtime.ContainerStatusRequest{ContainerId: one.Id})
		if err != nil {
			return err
		}
		file, err := os.Open(status.Status.LogPath)
		if err != nil {
			return err
		}
		defer file.Close()
		_, err = io.Copy(os.Stdout, file)
		return err
	}
	return fmt.Errorf("no container %s", arguments[0])
}

func version(ctx context.Context, connection *grpc.ClientConn, _ []string) error {
	answer, err := runtime.NewRuntimeServiceClient(connection).Version(ctx, &runtime.VersionRequest{})
	if err != nil {
		return err
	}
	fmt.Printf("Version:  %s\nRuntimeName:  %s\nRuntimeVersion:  %s\nRuntimeApiVersion:  %s\n",
		answer.Version, answer.RuntimeName, answer.RuntimeVersion, answer.RuntimeApiVersion)
	return nil
}

// containers lists those whose name matches, the newest first, as the runtime itself orders them.
func containers(ctx context.Context, connection *grpc.ClientConn, name string, all bool) ([]*runtime.Container, error) {
	expression, err := regexp.Compile(name)
	if err != nil {
		return nil, err
	}
	request := &runtime.ListContainersRequest{Filter: &runtime.ContainerFilter{}}
	if !all {
		request.Filter.State = &runtime.ContainerStateValue{State: runtime.ContainerState_CONTAINER_RUNNING}
	}
	answer, err := runtime.NewRuntimeServiceClient(connection).ListContainers(ctx, request)
	if err != nil {
		return nil, err
	}
	found := answer.Containers[:0]
	for _, one := range answer.Containers {
		if expression.MatchString(one.Metadata.Name) {
			found = append(found, one)
		}
	}
	return found, nil
}
